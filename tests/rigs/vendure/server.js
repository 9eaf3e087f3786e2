// Fills the empty database with the catalogue, and serves. Prints `ready` when it does.
const { bootstrap, JobQueueService } = require('@vendure/core');
const { populate } = require('@vendure/core/cli');
const path = require('path');
const { config } = require('./config');
const initial = require('./initial-data.json');

const start = async () => {
  const app = await bootstrap(config);
  await app.get(JobQueueService).start();
  return app;
};
populate(start, initial, path.join(__dirname, 'products.csv'))
  .then(() => console.log('ready'))
  .catch(error => { console.error(error); process.exit(1); });
