import { defineConfig } from "vitest/config";

// Busy machines are slow, and these tests are not about speed: they have a minute each.
export default defineConfig({
  define: { SITE: "false" },
  test: {
    include: ["test/**/*.test.ts"],
    environment: "node",
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
