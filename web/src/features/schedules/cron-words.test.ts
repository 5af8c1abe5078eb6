import { expect, it } from 'vitest'
import { cronWords } from '@/features/schedules/cron-words'

it.each([
  ['0 0 * * * *', 'every hour, on the hour'],
  ['0 17 3 * * *', 'at 03:17 every day'],
  ['30 17 3 * * *', 'at 03:17:30 every day'],
  ['0 */5 * * * *', 'every 5 minutes'],
  ['0 */5 9-17 * * Mon-Fri', 'every 5 minutes from 09:00 to 17:59 on Monday to Friday'],
  ['0 0 */6 * * *', 'every 6 hours, on the hour'],
  ['0 15,45 * * * *', 'every hour at minutes 15 and 45'],
  ['0 30 4 1 * *', 'at 04:30 on day 1 of the month'],
  ['0 30 4 1 * Mon', 'at 04:30 on day 1 of the month or on Monday'],
  ['30 4 1-7 * */6', 'at 04:30 on days 1, 2, 3, 4, 5, 6 and 7 of the month, if it is Sunday and Saturday'],
  ['0 0 12 * Jan,Jul 1', 'at 12:00 on Monday in January and July'],
  ['0 3 * * 0', 'at 03:00 on Sunday'],
  ['0 3 * * 7', 'at 03:00 on Sunday'],
  ['0 3 * * 1-5', 'at 03:00 on Monday to Friday'],
  ['0 3 * * 6-7', 'at 03:00 on Sunday and Saturday'],
  ['0 3 * * Sat-Sun', 'at 03:00 on Sunday and Saturday'],
  ['*/10 * * * * *', 'every 10 seconds'],
  [
    '0 5/20 0-6 1,15 * Mon-Fri',
    'every hour from 00:00 to 06:59 at minutes 5, 25 and 45 on days 1 and 15 of the month or on Monday to Friday',
  ],
  ['0 * * * *', 'every hour, on the hour'],
  ['17 3 * * *', 'at 03:17 every day'],
  ['*/5 * * * *', 'every 5 minutes'],
  ['* * * * *', 'every minute'],
])('%s is %s', (cron, words) => expect(cronWords(cron)).toBe(words))

it.each([
  '',
  'soon',
  '@daily',
  '0 3 * * 8',
  '0 3 * * Fri-Tue',
  '* * * *',
  '0 61 * * * *',
  '0 0 0 0 * *',
  '0 5-1 * * * *',
  '0 1,2,3,4,5,6 3,4 * * *',
])('has no words for %j', (cron) => expect(cronWords(cron)).toBeNull())
