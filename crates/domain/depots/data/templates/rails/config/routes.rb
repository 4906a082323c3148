Rails.application.routes.draw do
  root "hello#show"
  get "health", to: "hello#health"
end
