interface Done {
  actor?: { name: string } | null
  support?: string | null
}

/**
 * Who did something, as customers read it. What an administrator did in a user's place says so: "Support (as Grace)";
 * what one did to the account itself, such as entering it, is "Support". Null where it was the panel itself.
 */
export const doneBy = ({ actor, support }: Done): string | null => {
  if (!support) return actor?.name ?? null
  return actor ? `Support (as ${actor.name})` : 'Support'
}
