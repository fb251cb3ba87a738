import i18next from 'i18next'
import { useCallback } from 'react'
import { initReactI18next, useTranslation } from 'react-i18next'
import type { Language, Text } from '../generated/api'
import canvasEn from '../locales/canvas.en.json'
import canvasKo from '../locales/canvas.ko.json'
import designerEn from '../locales/designer.en.json'
import designerKo from '../locales/designer.ko.json'
import en from '../locales/en.json'
import functionsEn from '../locales/functions.en.json'
import functionsKo from '../locales/functions.ko.json'
import ko from '../locales/ko.json'
import tryoutEn from '../locales/tryout.en.json'
import tryoutKo from '../locales/tryout.ko.json'
import viewerEn from '../locales/viewer.en.json'
import viewerKo from '../locales/viewer.ko.json'
import { withParticle } from './particles'

/** The catalogues; the designer's, the canvas's and the execution viewer's own files stand under `designer.`, `canvas.` and `viewer.`. */
export const catalogues = {
  ko: { ...ko, designer: designerKo, canvas: canvasKo, viewer: viewerKo, functions: functionsKo, tryout: tryoutKo },
  en: { ...en, designer: designerEn, canvas: canvasEn, viewer: viewerEn, functions: functionsEn, tryout: tryoutEn },
}

export function systemLanguage(): Language {
  return navigator.language.toLowerCase().startsWith('ko') ? 'ko' : 'en'
}

void i18next.use(initReactI18next).init({
  lng: systemLanguage(),
  fallbackLng: 'en',
  resources: { ko: { translation: catalogues.ko }, en: { translation: catalogues.en } },
  interpolation: { escapeValue: false },
  returnNull: false,
})
i18next.services.formatter?.add('iga', (value) => withParticle(String(value), '이/가'))
i18next.services.formatter?.add('eul', (value) => withParticle(String(value), '을/를'))
i18next.on('languageChanged', (language) => {
  document.documentElement.lang = language
})
document.documentElement.lang = i18next.language

export { i18next, useTranslation }

export function currentLanguage(): Language {
  return i18next.language === 'ko' ? 'ko' : 'en'
}

/** Returns a text in one language; the other one where it is missing. */
export function textIn(text: Text | null | undefined, language: Language): string {
  if (text === null || text === undefined) return ''
  if (typeof text === 'string') return text
  const first = language === 'ko' ? text.ko : text.en
  return first ?? text.en ?? text.ko ?? ''
}

/** Returns a reader of two-language texts that follows the window's language. */
export function useText(): (text: Text | null | undefined) => string {
  const { i18n } = useTranslation()
  const language: Language = i18n.language === 'ko' ? 'ko' : 'en'
  return useCallback((text) => textIn(text, language), [language])
}
