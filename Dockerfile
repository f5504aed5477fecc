# Both images, by `npm run images -- build` or by hand:
#   docker build --target services -t finflow/services .    the four services and the operators' commands
#   docker build --target web -t finflow/web .              the web app, and the services' paths under its origin
# Behind a company's proxy: `--secret id=ca,src=authorities.pem` for npm, `--secret id=npmrc,src=.npmrc` for a registry of
# one's own; neither becomes part of an image. docs/adr/0024-images.md has the why and the figures.

FROM node:24-bookworm-slim AS sources
WORKDIR /app
# A mounted file of authorities may not be there: Node says so and goes on.
ENV NODE_EXTRA_CA_CERTS=/run/secrets/ca NPM_CONFIG_UPDATE_NOTIFIER=false
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

FROM sources AS services-files
RUN --mount=type=cache,target=/root/.npm --mount=type=secret,id=ca --mount=type=secret,id=npmrc,target=/root/.npmrc \
    npm ci --ignore-scripts --omit=dev --workspace=proto --workspace=services/auth --workspace=services/payments \
    --workspace=services/accounting --workspace=services/analytics --workspace=services/chassis --workspace=scripts/images
COPY proto/gen proto/gen
COPY services services
COPY scripts/images scripts/images
ARG SOURCE_DATE_EPOCH=0
RUN node --disable-warning=ExperimentalWarning scripts/images/build/services.ts /image

FROM sources AS web-app
RUN --mount=type=cache,target=/root/.npm --mount=type=secret,id=ca --mount=type=secret,id=npmrc,target=/root/.npmrc \
    npm ci --ignore-scripts --workspace=proto --workspace=web
COPY proto/gen proto/gen
COPY web web
RUN npm run build --workspace web

# Debian's nginx has the security updates of Debian; of the packages, the image gets the files that nginx needs.
FROM sources AS web-files
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends nginx libnginx-mod-http-brotli-static gcc libc6-dev
COPY web/server web/server
RUN gcc -Wall -Wextra -Werror -O2 -fPIE -pie -fstack-protector-strong -D_FORTIFY_SOURCE=2 -Wl,-z,relro,-z,now -s \
    -o /launcher web/server/launch.c
COPY scripts/images scripts/images
COPY --from=web-app /app/web/dist web/dist
ARG SOURCE_DATE_EPOCH=0
RUN node scripts/images/build/web.ts /image /launcher

FROM scratch AS web
COPY --from=web-files /image/ /
USER 65532:65532
EXPOSE 8080
# nginx's graceful stop: what is under way is answered.
STOPSIGNAL SIGQUIT
ENTRYPOINT ["/usr/sbin/finflow-web"]
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="FinFlow web" \
      org.opencontainers.image.description="The FinFlow web app, and the services' APIs under its origin." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.source="https://github.com/finflow/finflow" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"

FROM gcr.io/distroless/nodejs24-debian12:nonroot AS services
COPY --from=services-files /image/packages/ /
COPY --from=services-files /image/programs/ /
WORKDIR /app
USER 65532:65532
ENV KAFKAJS_NO_PARTITIONER_WARNING=1
EXPOSE 8080 9090
# Telemetry has to be there before anything else is loaded; without OTEL_EXPORTER_OTLP_ENDPOINT it loads nothing more.
ENTRYPOINT ["/nodejs/bin/node", "--disable-warning=TimeoutNegativeWarning", "--import", "/app/services/chassis/src/telemetry.ts"]
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="FinFlow services" \
      org.opencontainers.image.description="Auth, payments, accounting, analytics and the operators' commands: name the program as the argument." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.source="https://github.com/finflow/finflow" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
