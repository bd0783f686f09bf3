import { render } from 'solid-js/web';
import { App } from './app.jsx';
import './styles/base.css';
import './styles/layout.css';
import './styles/panels.css';
import './styles/network.css';
import './styles/timeline.css';
import 'uplot/dist/uPlot.min.css';

const root = document.getElementById('app');
if (root) render(() => <App />, root);
