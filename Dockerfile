# docker build -t ordinal:0.2.0 .
# Worker and command line. The files are those that `npm run image -- --out DIR` assembles; a test runs the worker from them.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /source
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node scripts/image.ts --out /image

FROM node:24.21.0-bookworm-slim
LABEL org.opencontainers.image.title=ordinal \
      org.opencontainers.image.description="Kubernetes StatefulSets as durable Temporal workflows" \
      org.opencontainers.image.licenses=Apache-2.0
# A Temporal with TLS is trusted by the system's certificates. npm and yarn have no work here.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /opt/yarn-*
COPY --from=build /image /opt/ordinal
ENV NODE_ENV=production PATH=/opt/ordinal/bin:$PATH
# A number: Kubernetes has no other way to see that it is not root.
USER 65532:65532
# Nothing is written but /tmp, and nothing that is missed when it cannot be: the root file system can be read-only.
ENTRYPOINT ["ordinal"]
