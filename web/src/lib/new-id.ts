/** A random id of 128 bits. `crypto.randomUUID` would be missing over plain http; this works everywhere. */
export const newId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
