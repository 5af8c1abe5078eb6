import { AddCredit } from '@/components/add-credit'
import { Meter } from '@/components/meter'
import { Balance, Debt, Money } from '@/components/money'
import { PlanFacts } from '@/components/plan-facts'
import { ProgressBar } from '@/components/progress-bar'
import { QuotaMeters } from '@/components/quota-meters'
import { Stat } from '@/components/stat'
import { TimeChart } from '@/components/time-chart'
import { LONG, type Exhibit } from '@/features/gallery/exhibit'
import { plan, usd } from '@/testing/fixtures'

const AMOUNTS = ['999999999.500000', '42.184213', '0.019178', '0.008219', '0.000050', '0.000000', '-3.120000']
const DIGITS = ['sum', 'rate', 'exact'] as const
const TIMES = Array.from({ length: 48 }, (_, i) => 1_795_000_000 + i * 1800)
const wave = (by: number) => TIMES.map((_, i) => Math.round(40 + 30 * Math.sin(i / by)))
const gap = (values: number[]) => values.map((v, i) => ((i > 12 && i < 20) || (i > 29 && i !== 34) ? null : v))
const line = (id: string, color: string, values: (number | null)[]) => ({ id, label: id, color, values, overall: '40' })
const quota = (used: number, limit: number) => ({ used, limit })
const quotas = {
  servers: quota(10, 10),
  vcpus: quota(85, 100),
  memory_mib: quota(2048, 524_288),
  storage_gib: quota(250, 10_240),
  members: quota(2, 25),
  keys: quota(0, 0),
}
const chart = { times: TIMES, span: '24 h', format: String }

export const exhibit: Exhibit = {
  title: 'Figures: money, plans, charts',
  states: [
    ...DIGITS.map((digits) => ({
      name: `Money, ${digits}`,
      Show: () => (
        <div className="gallery-rows">
          {AMOUNTS.map((amount) => (
            <div key={amount} className="gallery-row">
              <Money value={usd(amount)} digits={digits} />
              <Money value={usd(amount)} digits={digits} signed tinted />
            </div>
          ))}
        </div>
      ),
    })),
    {
      name: 'Debt',
      Show: () => (
        <div className="gallery-rows">
          <div className="gallery-row">
            <Balance of={{ balance: usd('0.000000'), owed: usd('3.120000') }} />
            <Balance of={{ balance: usd('42.184213'), owed: usd('0.000000') }} />
            <Debt owed={usd('1234567.890000')} />
            <Debt owed={usd('0.000000')} />
          </div>
          <AddCredit />
        </div>
      ),
    },
    {
      name: 'Figures that lead somewhere',
      Show: () => (
        <div className="gallery-rows">
          <Stat label="Balance" value="$42.18" detail="Lasts 12 d 4 h" to="/dev/gallery" />
          <Stat label="Revenue" value="$1,234,567.50" detail={LONG} />
        </div>
      ),
    },
    { name: 'Plan', Show: () => <PlanFacts plan={plan} /> },
    { name: 'Plan, long name', Show: () => <PlanFacts plan={{ ...plan, name: LONG }} /> },
    {
      name: 'Meter and progress',
      Show: () => (
        <div className="gallery-rows">
          <Meter share={0.2} />
          <Meter share={0.8} tone="warning" />
          <Meter share={1.4} tone="danger" />
          <ProgressBar percent={60} label="Creating web-1" />
        </div>
      ),
    },
    { name: 'Quotas', Show: () => <QuotaMeters quotas={quotas} /> },
    {
      name: 'Chart, two lines',
      Show: () => (
        <TimeChart
          {...chart}
          label="Jobs"
          series={[{ ...line('Succeeded', 'chart-1', wave(6)), filled: true }, line('Failed', 'chart-6', wave(9))]}
        />
      ),
    },
    {
      name: 'Chart with gaps and a lone point',
      Show: () => <TimeChart {...chart} label="Jobs with gaps" series={[line('Ran', 'chart-1', gap(wave(6)))]} />,
    },
    {
      name: 'Chart without figures',
      Show: () => (
        <TimeChart
          {...chart}
          label="Nothing yet"
          series={[
            line(
              'None',
              'chart-1',
              TIMES.map(() => null),
            ),
          ]}
        />
      ),
    },
    {
      name: 'Chart with a long name',
      Show: () => <TimeChart {...chart} label={LONG} series={[line(LONG, 'chart-3', wave(4))]} />,
    },
  ],
}
