# The console: its gateway, the files of its page, and Node.js with what it loads.
# From the top folder: buildah bud -f deploy/image/console.Dockerfile .
#
# The same base and the same packages give the same image; which versions those
# are, its bill of materials says: docs/operations/image.md.
ARG DEBIAN=debian:12-slim
FROM ${DEBIAN} AS build
ARG SOURCE_DATE_EPOCH=0
WORKDIR /src
COPY . .
RUN tools/setup --console && \
    deploy/image/stage_console.py console/dist /image

FROM scratch
COPY --from=build /image/ /
# By number, so that Kubernetes can see that it is not root.
USER 65532:65532
CMD ["/usr/bin/node", "/usr/share/pulsetaker/console/gateway/gateway.mjs"]
