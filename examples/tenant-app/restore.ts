/** @module The Job that restores the newest backup: `npx tsx examples/tenant-app/restore.ts | kubectl create -f -`. */
import { orders } from './main';

process.stdout.write(JSON.stringify(orders.restoreJob({ target: { claim: 'restored' } })));
