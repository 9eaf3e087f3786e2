const { defineConfig } = require("@medusajs/framework/utils")

module.exports = defineConfig({
  projectConfig: {
    databaseUrl: process.env.DATABASE_URL,
    databaseDriverOptions: { ssl: false, connection: { ssl: false } },
    http: { storeCors: "", adminCors: "", authCors: "", jwtSecret: "rig", cookieSecret: "rig" },
  },
  admin: { disable: true },
})
