/** A certificate cannot be served with; the message says why, one line for each mistake. */
export class UnusableCertificate extends Error {
  override readonly name = "UnusableCertificate";
}
