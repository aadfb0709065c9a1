/** A request to the admin endpoint that cannot be followed. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  /** The member of the request's body that is wrong, as a path; undefined when it is no member's fault. */
  readonly field: string | undefined;

  constructor(status: number, message: string, field?: string) {
    super(message);
    this.status = status;
    this.field = field;
  }
}

/** A member of the body that is not what it should be (400). */
export const wrongField = (field: string, message: string): Problem => new Problem(400, message, field);
