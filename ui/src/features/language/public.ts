/** What other features use of the expression language. */
export { expressionEditor, markProblems } from './editor'
export { FunctionsScreen } from './FunctionsScreen'
export { type FieldKind, isInExpression } from './highlight'
export { ReferenceDialog } from './Reference'
export { useWords } from './words'
