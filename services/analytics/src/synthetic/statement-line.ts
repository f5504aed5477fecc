import { firmWords, months, surnames, towns } from './names.ts';
import type { Random } from './random.ts';
import type { Vocabulary } from './vocabulary.ts';

/** How one organization's descriptions come about: its bank's export format, or its people's typing. */
export interface Handwriting {
  readonly source: 'bank' | 'card' | 'person';
  readonly capitals: boolean;
  /** Banks cut descriptions at a fixed width. */
  readonly width: number;
}

export function createHandwriting(random: Random): Handwriting {
  const source = random.pick(['bank', 'card', 'card', 'person'] as const);
  if (source === 'person') return { source, capitals: false, width: 120 };
  return { source, capitals: random.chance(0.6), width: random.pick([18, 22, 26, 32, 40, 80]) };
}

/**
 * A supplier or customer: a known name, a made-up firm of the trade, or a made-up name that tells nothing. The last kind
 * teaches a model to be unsure about names it has never seen.
 */
export function createMerchant(random: Random, vocabulary: Vocabulary): string {
  if (random.chance(0.55)) return random.pick(vocabulary.merchants);
  if (random.chance(0.25))
    return `${inventName(random)}${random.pick(['', '', ' Ltd', ' Inc', ' GmbH', ' Group', ' & Co'])}`;
  const trade = random.pick(vocabulary.trades);
  return random.pick([
    () => `${random.pick(surnames)} ${trade}`,
    () => `${random.pick(firmWords)} ${trade}`,
    () => `${random.pick(towns)} ${trade}`,
    () => `${random.pick(surnames)} & ${random.pick(surnames)} ${trade}`,
    () => `${random.pick(firmWords)} ${random.pick(surnames)} ${trade}`,
    () => `${inventName(random)} ${trade}`,
  ])();
}

/** A pronounceable word that means nothing: "Velkano", "Tribex". */
function inventName(random: Random): string {
  const syllables = Array.from(
    { length: random.integer(2, 3) },
    () => `${random.pick([...'bcdfghjklmnprstvwz', 'br', 'tr', 'st', 'kl'])}${random.pick([...'aeiou'])}`,
  );
  const word = `${syllables.join('')}${random.pick(['', 'n', 'x', 'r', 'l', 'co', 'tec'])}`;
  return `${word[0]?.toUpperCase() ?? ''}${word.slice(1)}`;
}

/** The description of one transaction, as the organization's bank or people would put it. */
export function describe(
  random: Random,
  hand: Handwriting,
  vocabulary: Vocabulary,
  merchant: string,
  month: number,
): string {
  const text =
    hand.source === 'person'
      ? typed(random, vocabulary, merchant, month)
      : exported(random, hand, vocabulary, merchant);
  const worn = random.chance(0.03) ? misspell(random, text) : text;
  const cased = hand.capitals ? worn.toUpperCase() : random.chance(0.3) ? worn.toLowerCase() : worn;
  return cased.slice(0, hand.width).trim();
}

function typed(random: Random, { memos }: Vocabulary, merchant: string, month: number): string {
  const memo = random.pick(memos);
  return random.pick([
    () => memo,
    () => memo,
    () => `${memo} ${random.pick(months)}`,
    () => `${memo} ${months[month] ?? ''}`,
    () => `${memo} - ${merchant}`,
    () => `${merchant} ${memo}`,
    () => merchant,
    () => `${merchant} ${random.pick(towns)}`,
    () => `${memo} ${random.pick(towns)}`,
    () => `${merchant} invoice ${random.integer(100, 99999)}`,
    () => `${memo} for ${random.pick(surnames)}`,
  ])();
}

function exported(random: Random, hand: Handwriting, vocabulary: Vocabulary, merchant: string): string {
  return hand.source === 'card' ? onCard(random, merchant) : onAccount(random, vocabulary, merchant);
}

function onCard(random: Random, merchant: string): string {
  const town = random.pick(towns);
  return random.pick([
    () => merchant,
    () => `${merchant} ${town}`,
    () => `${merchant} #${random.integer(1, 9999)} ${town}`,
    () => `${merchant} ${random.integer(100, 9999)}`,
    () => `SQ *${merchant}`,
    () => `TST* ${merchant}`,
    () => `PAYPAL *${merchant}`,
    () => `SP ${merchant}`,
    () => `${merchant}*${code(random)}`,
    () => `www.${merchant.toLowerCase().replace(/[^a-z0-9]/g, '')}.com`,
    () => `POS PURCHASE ${merchant} ${town}`,
    () => `${merchant} ${random.integer(200, 999)}-${random.integer(1000000, 9999999)}`,
    () => `CARD ${random.integer(1000, 9999)} ${merchant}`,
  ])();
}

function onAccount(random: Random, { memos, flow }: Vocabulary, merchant: string): string {
  const memo = random.pick(memos);
  const reference = random.integer(1000, 999999);
  const prefix =
    flow === 'in'
      ? random.pick(['ACH CREDIT', 'BACS', 'FPI', 'CREDIT', 'WIRE IN', 'SEPA GUTSCHRIFT', 'DEPOSIT'])
      : undefined;
  return random.pick([
    () => `${prefix ?? 'ACH DEBIT'} ${merchant} ${reference}`,
    () => `${prefix ?? 'DIRECT DEBIT'} ${merchant}`,
    () => `${prefix ?? 'DD'} ${merchant} ${memo}`,
    () => `${prefix ?? 'BILL PAYMENT'} ${merchant} REF ${code(random)}`,
    () => `${prefix ?? 'SEPA'} ${merchant} ${memo} ${reference}`,
    () => `${merchant} ${memo}`,
    () => `${merchant} INV ${reference}`,
    () => `${prefix ?? 'FASTER PAYMENT'} ${merchant} ${memo}`,
    () => `${prefix ?? 'STANDING ORDER'} ${memo}`,
    () => `${merchant} ${code(random)}`,
    () => merchant,
  ])();
}

function code(random: Random): string {
  const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789';
  return Array.from({ length: random.integer(4, 9) }, () => letters[random.integer(0, letters.length - 1)]).join('');
}

/** Swaps, drops or doubles one letter. */
function misspell(random: Random, text: string): string {
  const at = random.integer(0, Math.max(0, text.length - 2));
  const [before, here, next, after] = [text.slice(0, at), text[at] ?? '', text[at + 1] ?? '', text.slice(at + 2)];
  return random.pick([
    `${before}${next}${here}${after}`,
    `${before}${next}${after}`,
    `${before}${here}${here}${next}${after}`,
  ]);
}
