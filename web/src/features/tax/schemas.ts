import * as z from 'zod/mini'

export const CATEGORIES = ['S', 'Z', 'E', 'AE', 'O'] as const

/** What each category of EN 16931 means. */
export const CATEGORY_WORDS: Record<(typeof CATEGORIES)[number], string> = {
  S: 'Taxed at a rate',
  Z: 'Rate of zero',
  E: 'Exempt',
  AE: 'The customer owes it (reverse charge)',
  O: 'Outside the scope',
}

const DAY = /^\d{4}-\d{2}-\d{2}$/

export const ruleSchema = z.object({
  country: z.string().check(z.regex(/^[A-Za-z]{2}$/, 'Two letters, or ZZ for all other countries')),
  buyer: z.enum(['b2b', 'b2c']),
  category: z.enum(CATEGORIES),
  rate: z.string().check(z.regex(/^\d{1,2}(\.\d{1,2})?$/, 'Write a rate such as 19 or 8.1')),
  note: z.string().check(z.maxLength(300)),
  valid_from: z.string().check(z.regex(DAY, 'Choose the first day')),
})

export const endSchema = z.object({ valid_to: z.string().check(z.regex(DAY, 'Choose the first day without it')) })

const part = (most: number) => z.string().check(z.maxLength(most))

export const detailsSchema = z.object({
  seller_name: part(100),
  address_lines: part(300),
  postcode: part(20),
  city: part(100),
  country: part(2),
  tax_id: part(40),
  registration: part(60),
  email: part(254),
  prices: z.enum(['net', 'gross']),
  business_by: z.enum(['format_ok', 'confirmed']),
})

/** Hundredths of a per cent of a rate as people write it. */
export const basisPoints = (rate: string) => Math.round(Number(rate) * 100)
