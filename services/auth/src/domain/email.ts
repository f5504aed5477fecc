/** The one form of an email address that is stored and looked up: addresses differ in more than case to nobody. */
export function normalizeEmail(email: string): string {
  return email.trim().normalize('NFC').toLowerCase();
}
