/** Something wrong at an offset: of the source, or of one string's value where a function says so. */
export interface Finding {
  readonly offset: number;
  readonly reason: string;
}
