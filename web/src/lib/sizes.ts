/** `4 GB`, `512 MB`: memory as plans name it. */
export function formatMemory(mib: number): string {
  return mib % 1024 === 0 ? `${mib / 1024} GB` : mib > 1024 ? `${(mib / 1024).toFixed(1)} GB` : `${mib} MB`
}

/** `80 GB`, `1.2 TB`. */
export function formatDisk(gib: number): string {
  return gib >= 1024 ? `${trim(gib / 1024)} TB` : `${gib} GB`
}

/** Monthly transfer: `1 TB`, `500 GB`. */
export function formatTransfer(gb: number): string {
  return gb >= 1000 ? `${trim(gb / 1000)} TB` : `${gb} GB`
}

const trim = (n: number) => n.toFixed(1).replace(/\.0$/, '')

interface Size {
  vcpus: number
  memory_mib: number
  disk_gib: number
}

/** `2 vCPU · 4 GB · 80 GB`. */
export const formatSize = (s: Size) =>
  `${s.vcpus} vCPU · ${formatMemory(s.memory_mib)} RAM · ${formatDisk(s.disk_gib)} disk`
