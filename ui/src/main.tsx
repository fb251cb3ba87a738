import '@mantine/core/styles.css';
import './app/tokens.css';
import './app/global.css';
import './app/mantine.css';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';

const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
