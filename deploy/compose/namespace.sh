# The namespace TEMPORAL_NAMESPACE, which keeps histories for TEMPORAL_RETENTION, and what our workflows are found by; again and again does no harm.
set -eu

# The frontend listens before it answers, and learns of a new namespace a little later.
insist() {
  attempts=0
  until "$@"; do
    attempts=$((attempts + 1))
    [ "$attempts" -lt 60 ] || return 1
    sleep 1
  done
}

insist temporal operator cluster health
temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" > /dev/null 2>&1 ||
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$TEMPORAL_RETENTION"
insist temporal operator namespace update --namespace "$TEMPORAL_NAMESPACE" --retention "$TEMPORAL_RETENTION"
insist temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" --type Keyword \
  --name OrdinalCluster --type Keyword \
  --name OrdinalNamespace --type Keyword \
  --name OrdinalName --type Keyword \
  --name OrdinalOperation --type Keyword \
  --name OrdinalPhase --type Keyword \
  --name OrdinalRevision
