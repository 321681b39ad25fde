/** A mutant, as an entry of survivors.json describes it. */
export interface Mutant {
  readonly file: string
  /** The first line of the code that is changed, without the space around it. */
  readonly line: string
  /** Stryker's name of the kind of change. */
  readonly mutator: string
  /** The code that is changed, and what stands in its place. */
  readonly code: string
  readonly to: string
  readonly at: number
  readonly status: string
}

/** An entry of survivors.json. `reason` begins with its kind and a colon: equivalent, wording, performance, elsewhere. */
export interface Entry {
  readonly file: string
  readonly line: string
  readonly mutator: string
  readonly code?: string
  readonly to?: string
  readonly reason: string
}

export interface Place {
  readonly line: number
  readonly column: number
}

export const describe: (
  mutant: {
    readonly fileName: string
    readonly location: { readonly start: Place; readonly end: Place }
    readonly mutatorName: string
    readonly replacement?: string
    readonly status: string
  },
  text: string,
) => Mutant

export const withoutReason: (entries: ReadonlyArray<Entry>) => ReadonlyArray<Entry>

export const judge: (
  mutants: ReadonlyArray<Mutant>,
  entries: ReadonlyArray<Entry>,
) => {
  readonly mutants: number
  readonly killed: number
  readonly survived: number
  readonly score: number
  readonly unlisted: ReadonlyArray<Mutant>
  readonly obsolete: ReadonlyArray<Entry>
}
