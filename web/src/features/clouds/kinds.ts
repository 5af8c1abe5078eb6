/** Suppliers as admins know them; customers never read these names. */
export const KIND_NAMES: Record<string, string> = { linode: 'Linode' }
