#!/bin/sh
# Certificates for trainings on several machines: sh hosting/certificates.sh FOLDER
# Makes FOLDER/authority (the authority and its key; kept apart, it signs further ones) and FOLDER/web, /scheduler and
# /worker, each with the ca.pem, cert.pem and key.pem that GATESCOPE_TLS_CA, _CERT and _KEY name. What is there stays.
set -eu
folder="${1:?which folder?}"
days="${DAYS:-825}"
umask 077
authority="$folder/authority"
mkdir -p "$authority"

new_key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"; }

if [ ! -s "$authority/ca.pem" ]; then
  new_key "$authority/ca.key"
  openssl req -x509 -new -key "$authority/ca.key" -days "$days" -subj "/CN=Gatescope authority" \
    -addext "keyUsage=critical,keyCertSign,cRLSign" -out "$authority/ca.pem"
fi
for name in web scheduler worker; do
  own="$folder/$name"
  mkdir -p "$own"
  if [ -s "$own/cert.pem" ]; then continue; fi
  cp "$authority/ca.pem" "$own/ca.pem"
  new_key "$own/key.pem"
  openssl req -new -key "$own/key.pem" -subj "/CN=gatescope-$name" -out "$own/request.pem"
  printf 'subjectAltName=DNS:%s\nextendedKeyUsage=serverAuth,clientAuth\n' "$name" > "$own/extensions"
  openssl x509 -req -in "$own/request.pem" -CA "$authority/ca.pem" -CAkey "$authority/ca.key" -CAcreateserial \
    -days "$days" -extfile "$own/extensions" -out "$own/cert.pem" 2>/dev/null
  rm "$own/request.pem" "$own/extensions"
done
echo "gatescope: certificates are in $folder"
