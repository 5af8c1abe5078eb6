import { Link, type LinkProps } from 'react-router'
import { useOrgPath } from '@/lib/use-org'

/** A link to another page of the same organisation: `<OrgLink to="/servers/new">`. */
export function OrgLink({ to, ...props }: Omit<LinkProps, 'to'> & { to: string }) {
  return <Link to={useOrgPath()(to)} {...props} />
}
