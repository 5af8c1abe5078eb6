import { Link } from 'react-router'

export const JobLink = ({ id }: { id: string }) => (
  <Link to={`/admin/jobs/${id}`} className="font-mono text-xs break-all text-accent hover:underline">
    {id}
  </Link>
)
