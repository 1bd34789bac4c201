import js from '@eslint/js'
import importX, { createNodeResolver } from 'eslint-plugin-import-x'
import jsxA11y from 'eslint-plugin-jsx-a11y'
import reactHooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'

// router -> features -> ui -> session -> i18n -> api; a feature never imports another feature.
const layer = (target, from) => ({ target: `./src/${target}`, from: from.map((x) => `./src/${x}`) })
const features = ['frame', 'signin', 'desk', 'vendor', 'system', 'member', 'agreement', 'release', 'accession', 'template', 'position', 'user', 'usage', 'about', 'scope', 'duplicate', 'own', 'intake', 'matrix', 'negotiation', 'task', 'policy']

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'src/api/schema.d.ts'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  jsxA11y.flatConfigs.strict,
  reactHooks.configs.flat['recommended-latest'],
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['eslint.config.js'] }, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.tsx', '.d.ts', '.js'] })] },
    rules: {
      'max-lines': ['error', 500],
      'no-restricted-syntax': [
        'error',
        { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: 'Trusted Types forbid it, and so do we.' },
        { selector: 'JSXText[value=/[A-Za-zÆØÅæøå]{2,}/]', message: 'Words on screen come from the catalogue.' },
      ],
      'import-x/no-restricted-paths': ['error', {
        zones: [
          layer('api', ['i18n', 'session', 'ui', 'features', 'router.tsx']),
          layer('i18n', ['session', 'ui', 'features', 'router.tsx']),
          layer('session', ['ui', 'features', 'router.tsx']),
          layer('ui', ['features', 'router.tsx']),
          ...features.map((f) => layer(`features/${f}`, [...features.filter((x) => x !== f).map((x) => `features/${x}`), 'router.tsx'])),
        ],
      }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off', // an arrow that returns what a setter returns is plain to read
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      // DKFDS draws its own boxes around a label and its control; htmlFor or nesting is enough.
      'jsx-a11y/label-has-associated-control': ['error', { assert: 'either', depth: 3 }],
      // Ctrl+Enter sends the form, Escape closes the drop-down; both are also plain buttons.
      'jsx-a11y/no-noninteractive-element-interactions': ['error', { handlers: ['onClick', 'onMouseDown', 'onMouseUp', 'onKeyPress', 'onKeyDown', 'onKeyUp'], form: ['onKeyDown'], details: ['onKeyDown'] }],
      'jsx-a11y/no-autofocus': ['error', { ignoreNonDOM: true }],
      // Without list-style Safari forgets that a list is one, and a table drawn as cards stays a table only by its roles.
      'jsx-a11y/no-interactive-element-to-noninteractive-role': ['error', { td: ['cell'], tr: ['row'] }],
      // A table that is written in is a grid.
      'jsx-a11y/no-noninteractive-element-to-interactive-role': ['error', { table: ['grid'], td: ['gridcell'], th: ['columnheader', 'rowheader'], tr: ['row'] }],
      'jsx-a11y/no-redundant-roles': ['error', { table: ['table'], thead: ['rowgroup'], tbody: ['rowgroup'], tr: ['row'], td: ['cell'], th: ['columnheader', 'rowheader'] }],
    },
  },
  { files: ['eslint.config.js'], ...tseslint.configs.disableTypeChecked },
)
