/** The same keys with other words: a missing or surplus key in the other language does not compile. */
export type Same<T> = { readonly [K in keyof T]: T[K] extends string ? string : Same<T[K]> }
