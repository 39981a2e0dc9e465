// The part of a kubelet that the sandbox's simulated ones lack: `kubectl exec`, readiness probes that are really
// evaluated, and the refusal of a pod whose host port is taken. A pod's containers share one folder as their file
// system; its claims are folders that stay. What it finds out it writes into the annotation that the sandbox's stages
// react to.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/util/cert"
)

func main() {
	kubeconfig := flag.String("kubeconfig", "", "of the cluster whose pods it answers for")
	root := flag.String("root", "", "folder for the file systems of the pods")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	// Whoever started it holds the other end, and so cannot end without it.
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	if err := run(ctx, *kubeconfig, *root); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, kubeconfig, root string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	config.QPS, config.Burst = 500, 1000
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if err := pointNodesAt(ctx, client, listener.Addr().(*net.TCPAddr).Port); err != nil {
		return err
	}
	files := &fileSystems{client: client, root: root}
	go serveExec(listener, &executor{client: client, files: files})
	fmt.Println("ready")
	return probePods(ctx, client, files)
}

// pointNodesAt makes the API server ask here for what a kubelet answers, whichever node the pod is on.
func pointNodesAt(ctx context.Context, client kubernetes.Interface, port int) error {
	nodes, err := client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	patch := fmt.Appendf(nil, `{"status":{"addresses":[{"$patch":"replace"},{"type":"InternalIP","address":"127.0.0.1"}],`+
		`"daemonEndpoints":{"kubeletEndpoint":{"Port":%d}}}}`, port)
	for _, node := range nodes.Items {
		if _, err := client.CoreV1().Nodes().Patch(
			ctx, node.Name, types.StrategicMergePatchType, patch, metav1.PatchOptions{}, "status"); err != nil {
			return err
		}
	}
	return nil
}

func serveExec(listener net.Listener, executor *executor) {
	certificate, key, err := cert.GenerateSelfSignedCertKey("127.0.0.1", []net.IP{net.IPv4(127, 0, 0, 1)}, nil)
	if err != nil {
		panic(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/exec/{namespace}/{pod}/{container}", executor.serve)
	server := &http.Server{Handler: mux, TLSConfig: tlsOf(certificate, key), ReadHeaderTimeout: 10 * time.Second}
	if err := server.ServeTLS(listener, "", ""); err != nil {
		panic(err)
	}
}

func isLive(pod *v1.Pod) bool {
	return pod.Spec.NodeName != "" && pod.DeletionTimestamp == nil &&
		pod.Status.Phase != v1.PodFailed && pod.Status.Phase != v1.PodSucceeded
}
