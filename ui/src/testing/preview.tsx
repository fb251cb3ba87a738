import '@mantine/core/styles.css'
import '../app/tokens.css'
import '../app/global.css'
import '../app/mantine.css'
import { createRoot } from 'react-dom/client'
import { App } from '../app/App'
import { makeRouter } from '../app/routes'
import { door } from '../platform'
import { FakeBackend } from './fake'

// The screens over a backend in memory, for a look at them without Rust: `npm run dev`, then /src/testing/preview.html.
const given = new URLSearchParams(window.location.search)
const fake = new FakeBackend()
fake.settings.language = given.get('language') === 'en' ? 'en' : 'ko'
fake.settings.theme = given.get('theme') === 'dark' ? 'dark' : 'light'
if (given.has('empty')) fake.workspace = { ...fake.workspace, empty: true, sample: false }
if (given.has('keyring'))
  fake.workspace = {
    ...fake.workspace,
    keyring_problem: {
      code: 'VAULT-001',
      message: { ko: '키링이 실행되고 있지 않습니다.', en: 'No keyring is running.' },
      hint: { ko: '로그인 키링을 시작한 뒤 다시 여세요.', en: 'Start the login keyring and open Haetae again.' },
    },
  }
door(fake)
const root = document.getElementById('root')
if (root) createRoot(root).render(<App router={makeRouter()} />)
