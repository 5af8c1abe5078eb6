/** Suppliers as admins know them; customers never read these names. */
export const PROVIDER_NAMES: Record<string, string> = { linode: 'Linode' }
