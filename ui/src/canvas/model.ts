/** The part of the canvas that knows no React: documents as graphs, task types, sizes, texts. */
export * from './graph'
export * from './marks'
export * from './size'
export * from './tasks'
export * from './text'
export * from './walk'
