// Run in a process of its own: the package looks at its environment once, when it is loaded. TMPDIR says where to.
import chromium from '@sparticuz/chromium';

await chromium.executablePath();
