// Most of what the services say is written for people and shown as it is. These reasons are said in words for programs:
// field paths, request ids, names of states and roles. Reasons are stable, as the contracts promise; messages are not.
const sentences: Readonly<Record<string, string>> = {
  AMOUNT_NOT_POSITIVE: 'The total must be above zero.',
  AMOUNT_TOO_LARGE: 'This is more than FinFlow can book.',
  CONCURRENT_CHANGE: 'Somebody else changed this at the same moment. Try again.',
  DATABASE_UNAVAILABLE: 'FinFlow is not available for a moment. Try again shortly.',
  DEADLINE_EXCEEDED: 'This took longer than it may. Try again in a moment.',
  INVOICE_ALREADY_PAID: 'Other payments cover this invoice already. Nothing was charged.',
  INVOICE_NOT_DRAFT: 'This invoice is no longer a draft: it has been issued or cancelled in the meantime.',
  INVOICE_NOT_PAYABLE: 'This invoice has been paid or cancelled in the meantime. Nothing was charged.',
  PAYMENT_NOT_REFUNDABLE: 'Nothing is left to refund of this payment.',
  PROCESSOR_UNAVAILABLE:
    'The card processor does not answer at the moment. What you asked for is kept and finished when it does; ' +
    'trying again is safe, nothing is done twice.',
  REQUEST_ID_REUSED:
    'The first attempt may have gone through before you changed it. Look whether it did before you try again.',
  REQUEST_TOO_LARGE: 'This is more than can be sent at once. Make it shorter.',
  ROLE_TOO_LOW: 'Your role does not allow this. An administrator of your organization can change that.',
  SESSION_NOT_FOUND: 'This session has ended already.',
  SHUTTING_DOWN: 'FinFlow is restarting. Try again in a moment.',
  SOURCE_NOT_FOUND: 'The processor does not know this card. Choose another one.',
  TOKEN_EXPIRED: 'Your session has ended. Sign in again.',
  TOKEN_INVALID: 'Your session has ended. Sign in again.',
  TOKEN_MISSING: 'Your session has ended. Sign in again.',
  WORKERS_BUSY: 'FinFlow has a lot to do at the moment. Try again shortly.',
};

/** The sentence for a reason whose own message is not for people; undefined for all others. */
export function sentenceFor(reason: string): string | undefined {
  return sentences[reason];
}

/** A service's words as a sentence: a capital in front, a full stop at the end. */
export function asSentence(words: string): string {
  const text = words.charAt(0).toUpperCase() + words.slice(1);
  return text === '' || /[.!?…]$/.test(text) ? text : `${text}.`;
}
