/** How often the operators' pages ask when no event came, in milliseconds. */
export const OPERATOR_POLL_MS = 5000
