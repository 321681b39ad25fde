/** A fault that is put into the code: in `file`, `to` in place of `from`. */
export const mutations: ReadonlyArray<{
  readonly name: string
  readonly what: string
  readonly file: string
  readonly from: string
  readonly to: string
}>
