package main

import (
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/cri-streaming/pkg/streaming/remotecommand"
	utilexec "k8s.io/utils/exec"
)

// executor runs commands for `kubectl exec`, in the folder of the pod.
type executor struct {
	client kubernetes.Interface
	files  *fileSystems
}

func (e *executor) serve(response http.ResponseWriter, request *http.Request) {
	options, err := remotecommand.NewOptions(request)
	if err != nil {
		http.Error(response, err.Error(), http.StatusBadRequest)
		return
	}
	name := request.PathValue("namespace") + "/" + request.PathValue("pod")
	remotecommand.ServeExec(response, request, e, name, "", request.PathValue("container"), request.URL.Query()["command"],
		options, time.Minute, time.Minute, remotecommand.SupportedStreamingProtocols)
}

func (e *executor) ExecInContainer(ctx context.Context, name string, _ string, _ string, command []string, in io.Reader,
	stdout, stderr io.WriteCloser, _ bool, _ <-chan remotecommand.TerminalSize, _ time.Duration) error {
	namespace, podName, _ := strings.Cut(name, "/")
	pod, err := e.client.CoreV1().Pods(namespace).Get(ctx, podName, metav1.GetOptions{})
	if err != nil {
		return err
	}
	cmd, err := e.files.command(ctx, pod, command)
	if err != nil {
		return err
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, stdout, stderr
	return exitError(cmd.Run())
}

// exitError tells a command that ended with a code other than 0 from one that could not be run.
func exitError(err error) error {
	if exit, ok := err.(*exec.ExitError); ok {
		return &utilexec.ExitErrorWrapper{ExitError: exit}
	}
	return err
}

func tlsOf(certificate, key []byte) *tls.Config {
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		panic(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
}
