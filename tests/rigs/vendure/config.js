// How the shop under test is set up: PostgreSQL of the test, a port of 127.0.0.1, cheap password hashes, no telemetry.
const { BcryptPasswordHashingStrategy, DefaultJobQueuePlugin, DefaultLogger, LogLevel, dummyPaymentHandler } = require('@vendure/core');

exports.config = {
  apiOptions: {
    hostname: '127.0.0.1', port: Number(process.env.RIG_PORT), adminApiPath: 'admin-api', shopApiPath: 'shop-api', introspection: true,
  },
  authOptions: {
    tokenMethod: ['bearer', 'api-key'], requireVerification: false, passwordHashingStrategy: new BcryptPasswordHashingStrategy(4),
    superadminCredentials: { identifier: 'superadmin', password: process.env.RIG_PASSWORD },
  },
  dbConnectionOptions: {
    type: 'postgres', host: '127.0.0.1', port: Number(process.env.RIG_DB_PORT), username: 'shop', password: process.env.RIG_DB_PASSWORD,
    database: process.env.RIG_DB, synchronize: process.env.RIG_NEW === '1', logging: false,
  },
  paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
  logger: new DefaultLogger({ level: LogLevel.Error }),
  importExportOptions: { importAssetsDir: __dirname },
  plugins: [DefaultJobQueuePlugin.init({})],
};
