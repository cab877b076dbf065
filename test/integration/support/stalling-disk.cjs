// Loaded into Node-RED before anything else: no file reaches the disk while the file DISK_STALLS exists.
const fs = require('node:fs');
const { setTimeout: sleep } = require('node:timers/promises');

void (async () => {
  const handle = await fs.promises.open(__filename, 'r');
  const prototype = Object.getPrototypeOf(handle);
  await handle.close();
  const { datasync } = prototype;
  prototype.datasync = async function () {
    while (fs.existsSync(process.env.DISK_STALLS)) await sleep(20);
    await datasync.call(this);
  };
})();
