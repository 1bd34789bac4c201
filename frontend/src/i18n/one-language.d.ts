declare module '*.json?in=da' {
  const sentences: Record<string, string>
  export default sentences
}

declare module '*.json?in=en' {
  const sentences: Record<string, string>
  export default sentences
}
