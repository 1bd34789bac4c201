// The words of the trade, once. Catalogues use these; a test keeps the others out.
export const terms = {
  masterAgreement: { da: 'fælles databehandleraftale', en: 'joint data processing agreement' },
  masterAgreements: { da: 'fælles databehandleraftaler', en: 'joint data processing agreements' },
  accession: { da: 'kommunens aftale', en: "the municipality's agreement" },
  accessions: { da: 'kommunernes aftaler', en: "the municipalities' agreements" },
  conclude: { da: 'indgå', en: 'conclude' },
  release: { da: 'frigive til kommunerne', en: 'release to the municipalities' },
  review: { da: 'erfaring', en: 'experience' },
  deviation: { da: 'fravigelse', en: 'deviation' },
  finding: { da: 'observation', en: 'finding' },
  memberDecision: { da: 'kommunens godkendelse af tilsynet', en: "the municipality's approval of the supervision" },
  subprocessorDecision: { da: 'godkendelse af underdatabehandler', en: 'authorisation of sub-processor' },
  nextSupervision: { da: 'næste tilsyn', en: 'next supervision' },
  inbox: { da: 'Mine opgaver', en: 'My tasks' },
  positions: { da: 'forhandlingspositioner', en: 'negotiation positions' },
  vendor: { da: 'leverandør', en: 'vendor' },
  vendors: { da: 'leverandører', en: 'vendors' },
  system: { da: 'it-system', en: 'IT system' },
  template: { da: 'skabelon', en: 'template' },
  secretariat: { da: 'sekretariatet', en: 'the secretariat' },
} as const

/** Words that mean something else in the trade and must not stand on screen for ours. */
export const forbidden: Record<'da' | 'en', { word: RegExp; use: string }[]> = {
  da: [
    { word: /hovedaftale/i, use: terms.masterAgreement.da },
    { word: /tilslutning|tiltrædelse/i, use: terms.accession.da },
    { word: /\btilbud/i, use: terms.release.da },
    { word: /anmeldelse/i, use: terms.review.da },
    { word: /afvigelse/i, use: `${terms.deviation.da} / ${terms.finding.da}` },
    { word: /\brevision(?!serklæring|sspor)/i, use: terms.nextSupervision.da },
    { word: /indbakke|inbox/i, use: terms.inbox.da },
    { word: /\b(vendor|supplier|template|accession|release|dashboard|login|draft|batch|submit|cancel)\b/i, use: 'et dansk ord' },
  ],
  en: [
    { word: /supplier/i, use: terms.vendor.en },
    { word: /main contract/i, use: terms.masterAgreement.en },
    { word: /[æøåÆØÅ]/, use: 'an English word' },
  ],
}
