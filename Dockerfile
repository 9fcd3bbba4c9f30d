# The image of rekey: the binary and the certificates of distroless, no shell,
# no user but nonroot. `make build` makes the binary first; it is the same for
# the same commit and Go version (-trimpath, no cgo), and so is this image.
FROM gcr.io/distroless/static-debian12:nonroot@sha256:afa5c872c891853ca7fcf1f12c3edb23f7eeef36189728842dd51042ff57f7ab
LABEL org.opencontainers.image.title="rekey" org.opencontainers.image.licenses="Apache-2.0"
COPY rekey /usr/bin/rekey
USER nonroot:nonroot
WORKDIR /work
ENTRYPOINT ["/usr/bin/rekey"]
CMD ["audit"]
