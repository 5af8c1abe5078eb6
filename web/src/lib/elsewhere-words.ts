import { Problem } from '@/lib/api/problem'

// Apart from what every page needs: few people ever read them.
const START_AGAIN = 'Nothing was done. Start again.'

/** What each word means; `name` is what people call the issuer. */
function wordsOf(word: string, name: string): [title: string, detail: string] {
  switch (word) {
    case 'account_disabled':
      return ['This account is disabled', 'Ask support why, and to enable it again.']
    case 'challenge_over':
      return ['That took too long', `It was done already, took too long or began in another browser. ${START_AGAIN}`]
    case 'factor_needed':
      return ['A second factor is needed', 'Your account has one: use that to confirm that it is you.']
    case 'identity_taken':
      return [
        'It belongs to another account',
        `${name} signs in to another account here. Sign in with it to use that one, or unlink it there.`,
      ]
    case 'oidc_declined':
      return ['You did not sign in there', `${name} sent you back without a sign-in. ${START_AGAIN}`]
    case 'oidc_email_taken':
      return [
        'You have an account already',
        `It has your address. Sign in with its password, then link ${name} under Account, Security.`,
      ]
    case 'oidc_no_email':
      return [
        'No email address came with it',
        `${name} told no address, and an account needs one. Register with a password, then link ${name}.`,
      ]
    case 'oidc_not_again':
      return [
        'You were not asked to sign in again',
        `${name} answered by an earlier sign-in, which proves nothing new. Sign out there, then confirm again.`,
      ]
    case 'oidc_not_offered':
      return ['This is not offered here', 'Sign in with your password.']
    case 'oidc_other_person':
      return [
        'You are another person there',
        `You signed in at ${name} as another person than here. Nothing was changed.`,
      ]
    case 'oidc_refused':
      return ['That answer could not be believed', `What ${name} answered did not fit. ${START_AGAIN}`]
    case 'oidc_unavailable':
      return [`${name} does not answer`, 'Try again in a minute, or sign in another way.']
    case 'rate_limited':
      return ['Too many attempts', 'Wait a moment, then try again.']
    case 'registration_by_invitation':
      return ['Registering takes an invitation', 'Open the link of yours, or ask a customer to invite you.']
    case 'registration_closed':
      return ['Registration is closed', 'Ask support for an account.']
    case 'too_many_identities':
      return ['There are too many already', 'Unlink one that you no longer use, then link the new one.']
    case 'unauthenticated':
      return ['Your session has ended', `Sign in, then do it once more. ${START_AGAIN}`]
    default:
      return ['That did not work', `Something went wrong on the way back from ${name}. ${START_AGAIN}`]
  }
}

/** A word that says what went wrong, as a problem. */
export function problemOf(word: string, name: string | null | undefined): Problem {
  const [title, detail] = wordsOf(word, name ?? 'the other site')
  return new Problem({ status: 400, code: word, title, detail })
}
