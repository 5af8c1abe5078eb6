import { useQuery } from '@tanstack/react-query'
import { PackageOpen } from 'lucide-react'
import { DataTable } from '@/components/data-table'
import { Empty } from '@/components/empty'
import { Flag } from '@/components/flag'
import { Money } from '@/components/money'
import type { Column } from '@/components/table'
import { Badge } from '@/components/ui/badge'
import { cloudCatalogQuery } from '@/lib/api/queries'
import type { CloudCatalog, CloudType, Image, Region } from '@/lib/api/types'
import { formatDisk, formatMemory, formatTransfer } from '@/lib/sizes'

const NOTHING = (
  <Empty icon={<PackageOpen />} title="No catalog yet">
    The catalog is read once the token has been checked.
  </Empty>
)

const id = (text: string) => <span className="font-mono text-xs text-muted">{text}</span>
const state = (available: boolean) =>
  available ? <Badge tone="success">Available</Badge> : <Badge>Not available</Badge>

/** One part of the catalog as a table of its own. */
function useCatalog<T>(cloud: string, select: (catalog: CloudCatalog) => T[]) {
  return useQuery({ ...cloudCatalogQuery(cloud), select: (catalog) => ({ items: select(catalog) }) })
}

const TYPES: Column<CloudType>[] = [
  {
    id: 'type',
    head: 'Type',
    skeleton: 'w-32',
    cell: (t) => (
      <span className="grid">
        <span className="font-medium">{t.label}</span>
        {id(t.id)}
      </span>
    ),
  },
  { id: 'class', head: 'Class', from: 'xl', cell: (t) => t.class },
  { id: 'cpu', head: 'vCPU', align: 'right', from: 'sm', skeleton: 'w-6', cell: (t) => t.vcpus },
  { id: 'ram', head: 'RAM', align: 'right', from: 'sm', skeleton: 'w-12', cell: (t) => formatMemory(t.memory_mib) },
  { id: 'disk', head: 'Disk', align: 'right', from: 'md', skeleton: 'w-12', cell: (t) => formatDisk(t.disk_gib) },
  {
    id: 'transfer',
    head: 'Transfer',
    align: 'right',
    from: 'xl',
    skeleton: 'w-12',
    cell: (t) => formatTransfer(t.transfer_gb),
  },
  {
    id: 'monthly',
    head: 'Cost /mo',
    align: 'right',
    skeleton: 'w-14',
    cell: (t) => <Money value={t.cost_monthly} />,
  },
  {
    id: 'hourly',
    head: 'Cost /h',
    align: 'right',
    from: 'md',
    skeleton: 'w-14',
    cell: (t) => <Money value={t.cost_hourly} digits="rate" />,
  },
]

const REGIONS: Column<Region>[] = [
  {
    id: 'region',
    head: 'Region',
    skeleton: 'w-32',
    cell: (r) => (
      <span className="flex items-center gap-2.5">
        <Flag country={r.country} /> {r.label}
      </span>
    ),
  },
  { id: 'id', head: 'ID', from: 'sm', cell: (r) => id(r.id) },
  { id: 'state', head: 'State', cell: (r) => state(r.available) },
]

const IMAGES: Column<Image>[] = [
  { id: 'image', head: 'Image', skeleton: 'w-32', cell: (i) => <span className="font-medium">{i.label}</span> },
  { id: 'vendor', head: 'Vendor', cell: (i) => i.vendor },
  { id: 'id', head: 'ID', from: 'sm', cell: (i) => id(i.id) },
]

export function CatalogTypes({ id: cloud }: { id: string }) {
  return (
    <DataTable
      label="Types"
      columns={TYPES}
      query={useCatalog(cloud, (c) => c.types)}
      rowKey={(t) => t.id}
      empty={NOTHING}
    />
  )
}

export function CatalogRegions({ id: cloud }: { id: string }) {
  return (
    <DataTable
      label="Regions"
      columns={REGIONS}
      query={useCatalog(cloud, (c) => c.regions)}
      rowKey={(r) => r.id}
      empty={NOTHING}
    />
  )
}

export function CatalogImages({ id: cloud }: { id: string }) {
  return (
    <DataTable
      label="Images"
      columns={IMAGES}
      query={useCatalog(cloud, (c) => c.images)}
      rowKey={(i) => i.id}
      empty={NOTHING}
    />
  )
}
