# The services for Skaffold's profile `sync` alone: with tar, sources that the pods' user may replace, and a Node that starts
# a service again when they change. What ships is the Dockerfile at the root.
FROM node:24-bookworm-slim
WORKDIR /app
ENV NODE_EXTRA_CA_CERTS=/run/secrets/ca NPM_CONFIG_UPDATE_NOTIFIER=false KAFKAJS_NO_PARTITIONER_WARNING=1
COPY package.json package-lock.json .npmrc ./
COPY proto/package.json proto/
COPY services/auth/package.json services/auth/
COPY services/payments/package.json services/payments/
COPY services/accounting/package.json services/accounting/
COPY services/analytics/package.json services/analytics/
COPY services/chassis/package.json services/chassis/
COPY services/local/package.json services/local/
COPY web/package.json web/
COPY scripts/images/package.json scripts/images/
RUN --mount=type=secret,id=ca --mount=type=secret,id=npmrc,target=/root/.npmrc \
    npm ci --ignore-scripts --omit=dev --workspace=proto --workspace=services/auth --workspace=services/payments \
    --workspace=services/accounting --workspace=services/analytics --workspace=services/chassis --workspace=scripts/images
COPY --chown=65532:65532 proto/gen proto/gen
COPY --chown=65532:65532 services services
USER 65532:65532
EXPOSE 8080 9090
# Services are watched, commands (migrations, topics) end. Not by NODE_OPTIONS=--watch: each child would watch with a child of its own.
ENTRYPOINT ["/bin/sh", "-c", "case $1 in */main.ts) set -- --watch \"$@\" ;; esac; exec node --import /app/services/chassis/src/telemetry.ts \"$@\"", "finflow"]
