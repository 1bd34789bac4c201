/** Vendors against municipalities. */
export const matrix = {
  title: 'Aftaler: leverandør og kommune',
  lead: 'Hvem har hvilken aftale med hvem, og hvor mangler der en.',
  vendor: 'Leverandør',
  find: 'Find en leverandør',
  legend: 'Tegnene. Tryk på et for kun at se leverandører, hvor det forekommer',
  sign: { F: '✓', A: 'i', O: '→', H: '‖', E: 'e', D: '×', M: '!', X: '–' },
  standing: { F: 'I kraft', A: 'Indgået, ikke i kraft', O: 'Frigivet, ikke besvaret', H: 'Sat i bero', E: 'Egen aftale', D: 'Kommunen har sagt nej', M: 'Bruger et system uden aftale', X: 'Kun ophørte' },
  nothing: 'Intet',
  shown: '{{shown}} af {{total}} leverandører, {{municipalities}} kommuner',
  none: 'Ingen leverandører passer.',
  clear: 'Vis alle',
  open: 'Åbn kommunens aftaler med leverandøren',
  empty: 'Der er ingen aftaler og ingen anvendelser endnu.',
  emptyHelp: 'Oversigten fyldes, når kommunerne registrerer, hvad de bruger, og når aftaler frigives.',
} as const
