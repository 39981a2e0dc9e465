/** `npm run conformance`: writes docs/conformance.md from the titles of all tests and docs/conformance-notes.yaml. */
import { writeFile } from 'node:fs/promises';
import { page } from './conformance/page.ts';
import { pagePath, projectItems, projectScan } from './conformance/project.ts';

const { citations } = await projectScan();
const text = page(await projectItems(), citations);
await writeFile(pagePath, text);
process.stdout.write(`${/^\d+ items: .*$/m.exec(text)?.[0]}\n`);
