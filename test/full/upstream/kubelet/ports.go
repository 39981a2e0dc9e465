package main

import (
	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
)

// hostPorts knows which pod has a port of a node. Who was seen first has it, until it ends.
type hostPorts map[hostPort]types.UID

type hostPort struct {
	node string
	port int32
}

// take tells whether the pod has all host ports that it asks for; a kubelet refuses one that has not.
func (h hostPorts) take(pod *v1.Pod) bool {
	var asked []hostPort
	for _, container := range pod.Spec.Containers {
		for _, port := range container.Ports {
			if port.HostPort != 0 {
				asked = append(asked, hostPort{pod.Spec.NodeName, port.HostPort})
			}
		}
	}
	for _, port := range asked {
		if holder, taken := h[port]; taken && holder != pod.UID {
			return false
		}
	}
	for _, port := range asked {
		h[port] = pod.UID
	}
	return true
}

// release frees the ports of all pods that no longer live.
func (h hostPorts) release(all []*v1.Pod) {
	live := map[types.UID]bool{}
	for _, pod := range all {
		live[pod.UID] = isLive(pod)
	}
	for port, holder := range h {
		if !live[holder] {
			delete(h, port)
		}
	}
}
