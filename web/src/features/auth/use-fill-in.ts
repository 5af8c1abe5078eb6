import { useEffect, useRef } from 'react'
import { usePasskeySignIn } from '@/features/auth/api/mutations'
import { canFillIn, stopCeremony } from '@/lib/passkeys'

/** A challenge may be answered for five minutes: shortly before, the browser is given a new one. */
const RENEW_MS = 4.5 * 60_000

/**
 * While it is `on`, the browser offers passkeys among what it fills into the field for the address. Whatever goes wrong
 * with that is no concern of theirs: the button and the password are there.
 */
export function useFillIn(on: boolean): void {
  const { mutateAsync } = usePasskeySignIn()
  const sign = useRef(mutateAsync)
  useEffect(() => {
    sign.current = mutateAsync
  }, [mutateAsync])
  useEffect(() => {
    if (!on) return
    let left = false
    const offer = () => {
      if (!left) void sign.current({ fillIn: true }).catch(() => undefined)
    }
    let timer: ReturnType<typeof setInterval> | undefined
    void canFillIn().then((can) => {
      if (!can || left) return
      offer()
      timer = setInterval(offer, RENEW_MS)
    })
    return () => {
      left = true
      clearInterval(timer)
      void stopCeremony()
    }
  }, [on])
}
