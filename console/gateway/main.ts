// node dist/gateway/gateway.mjs; docs/console.md has its settings.

import {fileURLToPath} from 'node:url';
import {reasonOf, writeCall, writeEvent} from './log';
import {startGateway} from './server';
import {readSettings} from './settings';

try {
  const pageFolder = fileURLToPath(new URL('../page', import.meta.url));
  const gateway = await startGateway(
    readSettings(process.env, pageFolder),
    writeCall,
    writeEvent,
  );
  writeEvent('serving', {http_port: gateway.port});
  let isStopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (isStopping) return;
      isStopping = true;
      writeEvent('stopping');
      // The connections to the services would keep the process for minutes.
      void gateway.stop().then(() => process.exit(0));
    });
  }
} catch (error) {
  writeEvent('failed', {reason: reasonOf(error)});
  process.exitCode = 1;
}
