/** Addresses and networks as a person lists them, separated by spaces, commas or lines. */
export const networksOf = (text: string): string[] =>
  text
    .split(/[\s,]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
