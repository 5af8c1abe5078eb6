import { existsSync, readdirSync } from 'node:fs'
import { basename } from 'node:path'
import js from '@eslint/js'
import a11y from 'eslint-plugin-jsx-a11y'
import hooks from 'eslint-plugin-react-hooks'
import globals from 'globals'
import ts from 'typescript-eslint'

const features = existsSync('src/features')
  ? readdirSync('src/features', { withFileTypes: true })
      .filter((d) => d.isDirectory())
      .map((d) => d.name)
  : []

const parents = { regex: String.raw`^(\.\./)|^\.\.$`, message: 'Reach other folders through @/.' }
const away = (regex, message) => ({ regex, message })
const zod = {
  regex: '^zod$',
  message: "Import 'zod/mini': the whole of Zod weighs 15 kB more, on the sign-in page too.",
}

/** Who may import whom: app -> features -> components, lib, stores. Computed from the folder list. */
const zones = [
  ...features.map((name) => ({
    files: [`src/features/${name}/**`],
    patterns: [
      away(
        `^@/features/(?!${name}/)`,
        'A feature never imports another feature: lift the shared part to lib or components, or join them in app.',
      ),
      away('^@/app/', 'Features do not know the app.'),
    ],
  })),
  { files: ['src/components/**'], patterns: [away('^@/(app|features)/', 'Components know only lib and stores.')] },
  { files: ['src/stores/**'], patterns: [away('^@/(app|features|components)/', 'Stores know only lib.')] },
  { files: ['src/lib/**'], patterns: [away('^@/(app|features|components)/', 'lib knows only lib and stores.')] },
]

/** Casts that switch the compiler off: the type is wrong then, here or in the document. */
const casts = [
  { selector: 'TSAsExpression > TSNeverKeyword', message: 'No `as never`: mend the type.' },
  { selector: 'TSAsExpression > TSAsExpression > TSUnknownKeyword', message: 'No `as unknown as`: mend the type.' },
]

const TABLE = { selector: "JSXOpeningElement[name.name='table']", message: 'Tables are made by components/table.tsx.' }

const FORM = { selector: "JSXOpeningElement[name.name='form']", message: 'Forms are made by components/form.tsx.' }

const house = {
  rules: {
    'pages-apart': {
      create: (context) => ({
        Program(node) {
          const page = /src\/features\/.*-page\.tsx$/.test(context.filename)
          const apart = /src\/features\/[^/]+\/pages\/[^/]+$/.test(context.filename)
          if (page !== apart)
            context.report({ node, message: 'Pages, and nothing else, live in features/*/pages/ as *-page.tsx.' })
        },
      }),
    },
    'kebab-case': {
      create: (context) => ({
        Program(node) {
          if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*$/.test(basename(context.filename)))
            context.report({ node, message: 'File names are kebab-case.' })
        },
      }),
    },
    'no-barrel': {
      create: (context) => ({
        Program(node) {
          if (/^index\.tsx?$/.test(basename(context.filename)))
            context.report({ node, message: 'No barrel files: import from the file that defines the thing.' })
        },
        ExportAllDeclaration(node) {
          context.report({ node, message: 'No barrel files: import from the file that defines the thing.' })
        },
      }),
    },
  },
}

export default ts.config(
  { ignores: ['dist', 'node_modules', 'playwright-report', 'test-results', 'src/lib/api/schema.d.ts'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...ts.configs.stylistic,
  hooks.configs.flat['recommended-latest'],
  a11y.flatConfigs.strict,
  {
    plugins: { house },
    languageOptions: { globals: { ...globals.browser } },
    rules: {
      'house/kebab-case': 'error',
      'house/no-barrel': 'error',
      'house/pages-apart': 'error',
      'max-lines': ['error', 400],
      'no-console': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-restricted-imports': ['error', { patterns: [parents, zod] }],
      'no-restricted-syntax': ['error', ...casts, TABLE, FORM],
      '@typescript-eslint/consistent-type-imports': 'error',
      // Label wraps or names its control through Field's context, which the rule cannot see.
      'jsx-a11y/label-has-associated-control': 'off',
    },
  },
  ...zones.map(({ files, patterns }) => ({
    files,
    rules: { 'no-restricted-imports': ['error', { patterns: [parents, zod, ...patterns] }] },
  })),
  { files: ['src/components/table.tsx'], rules: { 'no-restricted-syntax': ['error', ...casts, FORM] } },
  { files: ['src/components/form.tsx'], rules: { 'no-restricted-syntax': ['error', ...casts, TABLE] } },
  {
    files: ['src/features/**', 'src/components/**'],
    ignores: ['**/*.test.*'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Use serverNow of @/lib/clock.' },
      ],
    },
  },
  {
    files: ['scripts/**', '*.config.*', 'e2e/**'],
    languageOptions: { globals: globals.node },
    rules: { 'no-console': 'off' },
  },
  // They share the support of the other browser tests, which no @/ reaches.
  { files: ['e2e/pages/**'], rules: { 'no-restricted-imports': 'off' } },
)
