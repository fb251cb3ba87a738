import { operationQuery, queryClient, useOperation } from '../../app/query'
import type { Function as FunctionDoc } from '../../generated/api'

export type { FunctionDoc }

/** Returns the functions of the language; they come with the program, so they are asked for once. */
export async function knownFunctions(): Promise<ReadonlyMap<string, FunctionDoc>> {
  const { functions } = await queryClient.fetchQuery(operationQuery('expression.functions', {}))
  return mapOf(functions)
}

let made: { of: readonly FunctionDoc[]; map: ReadonlyMap<string, FunctionDoc> } | undefined

function mapOf(functions: readonly FunctionDoc[]): ReadonlyMap<string, FunctionDoc> {
  if (made?.of !== functions) made = { of: functions, map: new Map(functions.map((each) => [each.name, each])) }
  return made.map
}

/** Reads the functions of the language. */
export function useFunctions() {
  return useOperation('expression.functions', {})
}

/** Returns the parameter that an argument is for; the last one takes all that follow where it may be repeated. */
export function parameterAt(doc: FunctionDoc, argument: number): number | undefined {
  if (argument < doc.parameters.length) return argument
  const last = doc.parameters.length - 1
  return doc.parameters[last]?.repeated ? last : undefined
}

export interface FunctionFamily {
  key: string
  functions: FunctionDoc[]
}

/** Returns the functions that fit a search, by family; names come before words in the text. */
export function search(functions: readonly FunctionDoc[], wanted: string): FunctionFamily[] {
  const word = wanted.trim().toLowerCase()
  const texts = (doc: FunctionDoc) =>
    [doc.documentation, doc.family_label, ...doc.parameters.map((each) => each.documentation)].flatMap((text) =>
      typeof text === 'string' ? [text] : [text.ko ?? '', text.en ?? ''],
    )
  const fits = (doc: FunctionDoc) =>
    word === '' || doc.name.includes(word) || (word.length > 1 && texts(doc).some((text) => text.toLowerCase().includes(word)))
  const families = new Map<string, FunctionDoc[]>()
  for (const doc of functions) if (fits(doc)) families.set(doc.family, [...(families.get(doc.family) ?? []), doc])
  const best = (list: FunctionDoc[]) => Math.min(...list.map((doc) => (doc.name.startsWith(word) ? 0 : doc.name.includes(word) ? 1 : 2)))
  const found = [...families].map(([key, list]) => ({ key, functions: list }))
  return word === '' ? found : found.sort((a, b) => best(a.functions) - best(b.functions))
}
