# The Holdfast image: the control plane, its built-in agent and every command.
# BASE needs Node 24 and a Debian with restic 0.18 or newer; another base may bring either of them along.
ARG BASE=node:24-trixie-slim

# The web app is built with more than what runs.
FROM ${BASE} AS web
WORKDIR /opt/holdfast
COPY package.json package-lock.json .npmrc ./
COPY apps/web/package.json apps/web/
COPY packages/contracts/package.json packages/contracts/
RUN npm ci --prefer-offline
COPY apps/web apps/web
COPY packages/contracts packages/contracts
COPY tsconfig.json ./
RUN cd apps/web && npm run build

FROM ${BASE}

RUN command -v restic >/dev/null \
  || { apt-get update \
    && apt-get install --yes --no-install-recommends restic ca-certificates tini \
    && rm -rf /var/lib/apt/lists/*; }

WORKDIR /opt/holdfast
# The packages first: they change less often than the code.
COPY package.json package-lock.json .npmrc ./
COPY apps/cli/package.json apps/cli/
COPY apps/server/package.json apps/server/
COPY apps/web/package.json apps/web/
COPY packages/contracts/package.json packages/contracts/
COPY packages/destinations/package.json packages/destinations/
COPY packages/docker/package.json packages/docker/
COPY packages/engine/package.json packages/engine/
COPY packages/runtime/package.json packages/runtime/
COPY packages/sources/package.json packages/sources/
COPY packages/worker/package.json packages/worker/
RUN npm ci --omit=dev --prefer-offline && npm cache clean --force
COPY . .
COPY --from=web /opt/holdfast/apps/web/dist apps/web/dist
# The launcher finds its toolchain where a clone has it; here the image is the toolchain.
RUN mkdir -p .tools/bin \
  && ln -s "$(command -v node)" .tools/bin/node \
  && ln -s "$(command -v restic)" .tools/bin/restic \
  && touch node_modules/.holdfast-stamp \
  && ln -s /opt/holdfast/bin/holdfast /usr/local/bin/holdfast

# State (and, until another destination is added, the backups). Keep it on a volume, and its .env somewhere safe.
ENV HOLDFAST_DATA_DIR=/data HOLDFAST_HOST=0.0.0.0 NODE_ENV=production
VOLUME /data
EXPOSE 7420
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+(process.env.HOLDFAST_PORT||7420)+'/healthz').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
ENTRYPOINT ["holdfast"]
CMD ["serve"]
